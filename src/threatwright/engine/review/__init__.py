"""What a reviewer and a gate look at: the case, its checks, sign-offs."""
