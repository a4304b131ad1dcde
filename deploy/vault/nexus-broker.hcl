# What the Broker may do at Vault: seal and open with its one key, read that key's metadata for its own start-up checks,
# renew its token and ask what it may do. Nothing else: rotating the key is the operator's business. The Broker refuses to
# start with a token that may do more.
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
