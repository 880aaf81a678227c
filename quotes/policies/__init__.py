"""Why something about requests and quotes may not be done; None when it may."""
