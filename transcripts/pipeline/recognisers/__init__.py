"""The engines that turn windows of speech into words; `choice` tells which."""
