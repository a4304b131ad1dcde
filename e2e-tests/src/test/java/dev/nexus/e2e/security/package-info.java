/**
 * Access control, key rotation and secret leaks.
 *
 * <p>The tests cover API keys, mutual TLS, service tokens, tenants, scopes and return URLs.
 */
@NullMarked
package dev.nexus.e2e.security;

import org.jspecify.annotations.NullMarked;
