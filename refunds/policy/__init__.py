"""What a program's policy says about a claim: pure, without database, clock or settings."""
