"""The workspace's view of its exports: who asked for what, who took it, and when that is more than usual."""
