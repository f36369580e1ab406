"""The data manager: profiles, the cache, what goes to hot storage and to the archive, and what asks them."""
