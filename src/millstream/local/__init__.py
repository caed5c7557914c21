"""The embedded platform: real engines as local processes, on loopback, with generated passwords."""
