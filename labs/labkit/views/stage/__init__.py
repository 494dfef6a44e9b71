"""The widget that draws, and what all widgets share."""
