# The Broker's rights at Vault. It encrypts and decrypts with its key, and reads the metadata of the key for the checks at its
# start. It renews its token and lists its own rights. Only an operator rotates the key. The Broker refuses to start if its
# token has more rights.
#
# For the engine mounted at transit/ and the key nexus. deploy/vault/setup writes the key of its option --name instead. Change the
# mount here if quarkus.vault.transit-secret-engine-mount-path differs.

path "transit/encrypt/nexus" {
  capabilities = ["update"]
}

path "transit/decrypt/nexus" {
  capabilities = ["update"]
}

path "transit/keys/nexus" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "sys/capabilities-self" {
  capabilities = ["update"]
}
