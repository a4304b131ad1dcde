# Replaces nexus-broker.hcl if nexus.cipher.transit.key-per-tenant is on. The Broker then encrypts and decrypts with a key for
# each tenant. The key nexus encrypts only state keys. Vault creates a tenant's key when the Broker encrypts the first value with
# it, which "create" on encrypt allows. Such a key is derived, not exportable, and cannot be deleted.

path "transit/encrypt/nexus" {
  capabilities = ["update"]
}

path "transit/decrypt/nexus" {
  capabilities = ["update"]
}

path "transit/keys/nexus" {
  capabilities = ["read"]
}

path "transit/encrypt/nexus-tenant-*" {
  capabilities = ["create", "update"]
}

path "transit/decrypt/nexus-tenant-*" {
  capabilities = ["update"]
}

path "transit/keys/nexus-tenant-*" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "sys/capabilities-self" {
  capabilities = ["update"]
}
