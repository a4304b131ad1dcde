/** The hosted page: its first redirect and cookies, the form from the provider's schema, branding and error pages. */
@NullMarked
package dev.nexus.gateway.page;

import org.jspecify.annotations.NullMarked;
