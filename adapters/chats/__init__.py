"""Where members see cards and give commands."""
