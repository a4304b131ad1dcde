/**
 * Who is refused: API keys, mutual TLS, service tokens, tenants, return URLs; key rotation; no secret outside its
 * place.
 */
@NullMarked
package dev.nexus.e2e.security;

import org.jspecify.annotations.NullMarked;
