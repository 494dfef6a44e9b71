"""Who is down?"""
