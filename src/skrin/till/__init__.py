"""The till: the program in the shop. `ui` > `flow` > `storage | devices`; Django in `ui` only."""
