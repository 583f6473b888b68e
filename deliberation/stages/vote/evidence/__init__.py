"""What anyone can check: manifest, proofs of voters, codes, and the package to recount."""
