"""Searching in few, many and very many lines, by people who may see little and much of them."""
