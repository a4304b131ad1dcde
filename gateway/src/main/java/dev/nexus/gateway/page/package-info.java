/** The hosted page: redirects, cookies, the form made from the provider's schema, branding and error pages. */
@NullMarked
package dev.nexus.gateway.page;

import org.jspecify.annotations.NullMarked;
