/**
 * The Bridge: fetches a credential from a Nexus Gateway, puts it into a request as its strategy says, and sends that to the
 * hosts that the credential is for and no others. {@link dev.nexus.bridge.Bridge} is where to begin.
 */
@NullMarked
package dev.nexus.bridge;

import org.jspecify.annotations.NullMarked;
