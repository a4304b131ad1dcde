# The Broker's rights at Vault. It encrypts and decrypts with its key, and reads the metadata of the key for the checks at its
# start. It renews its token and lists its own rights. Only an operator rotates the key. The Broker refuses to start if its
# token has more rights.
#
# For the engine mounted at transit/ and the key nexus. Change both here if quarkus.vault.transit-secret-engine-mount-path
# or nexus.cipher.transit.key differs.

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
