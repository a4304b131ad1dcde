# In place of nexus-broker.hcl where nexus.cipher.transit.key-per-tenant is on. Beside the one key, which then seals state
# keys alone, the Broker seals and opens with each tenant's key. Vault makes such a key with its first value: "create" on
# encrypt does that and no more, and what it makes is derived, not exportable and not to be deleted.

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
