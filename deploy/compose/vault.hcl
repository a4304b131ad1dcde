# See docs/operations/compose.md. Not for production, where Vault runs in a separate cluster.
storage "file" {
  path = "/vault/file"
}

listener "tcp" {
  address       = "0.0.0.0:8200"
  tls_cert_file = "/nexus/vault/tls.crt"
  tls_key_file  = "/nexus/vault/tls.key"
}

# The container has no right to lock memory.
disable_mlock = true
