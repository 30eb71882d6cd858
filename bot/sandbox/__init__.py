"""A simulated Bungie.net, a simulated Discord and the small world they serve."""
