"""The class is the cluster: each student brings one agent, and the instructor has the network."""
