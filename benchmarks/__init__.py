"""Measurements, as ratios within one run: machines differ, and the same one from hour to hour."""
