"""What the program is made of: the locks as one list, its licences (docs/licences.md) and its SBOM."""
