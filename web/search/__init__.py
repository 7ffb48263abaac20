"""The search screen: one box over everything a person may see."""
