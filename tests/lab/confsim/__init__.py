"""Conferencing services of the lab: what they answer, and a judge of what they
are asked."""
