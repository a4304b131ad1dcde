/** What every route shares: errors, caller, deadline, health. */
@NullMarked
package dev.nexus.broker.web;

import org.jspecify.annotations.NullMarked;
