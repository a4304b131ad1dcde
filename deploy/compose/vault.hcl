# docs/operations/compose.md; not for production, where Vault runs in a cluster of its own.
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
