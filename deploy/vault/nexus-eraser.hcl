# For an operator who erases a tenant that has its own key. Allows making the tenant's key deletable, and deleting it. Never
# give this policy to the Broker. It does not cover the key nexus. The asterisk of a policy also covers the paths below:
# keys/nexus-tenant-…/config, which is needed, and rotate and trim, which do no harm to a key before its deletion.

path "transit/keys/nexus-tenant-*" {
  capabilities = ["read", "update", "delete"]
}
