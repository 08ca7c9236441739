// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells requests of the page itself from those that a page of a stranger makes a browser send. Only
 * the page can read the token, because the server answers no other origin; and a browser does not
 * send a header of this name to another origin without asking the server first.
 */
final class ActionToken {
  private static final String HEADER = "X-Page-Token";
  private static final int BYTES = 16;

  private final String token;

  ActionToken() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    token = HexFormat.of().formatHex(random);
  }

  String text() {
    return token;
  }

  /** Whether the request comes from the page. */
  boolean isIn(Headers headers) {
    String given = headers.getFirst(HEADER);
    return given != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))
        && List.of("same-origin")
            .containsAll(headers.getOrDefault("Sec-Fetch-Site", List.of("same-origin")));
  }
}
