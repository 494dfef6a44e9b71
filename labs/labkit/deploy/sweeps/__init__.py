"""One measure, made many times, by processes of this computer or of others."""
