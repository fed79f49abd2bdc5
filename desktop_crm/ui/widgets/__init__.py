"""The kit: reusable pieces of pages. No word of a feature stands here; what to show is handed in or comes from the registry."""
