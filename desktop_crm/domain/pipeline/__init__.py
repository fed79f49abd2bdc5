"""The rules of the pipeline: stages, what they mean and which names they go by. Pure."""
