# For the operator who erases a tenant where each tenant has a key of its own: allows a tenant's key to be deleted, and
# deletes it. Never for the Broker, and of no use on the one key. (A policy's asterisk covers what lies below, so this also
# covers keys/nexus-tenant-…/config, which is what it is for, and rotate and trim, which do no harm to what is to go.)

path "transit/keys/nexus-tenant-*" {
  capabilities = ["read", "update", "delete"]
}
