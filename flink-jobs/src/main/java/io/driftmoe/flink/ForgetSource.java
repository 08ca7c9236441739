// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** What is to be forgotten. */
public sealed interface ForgetSource {

  /**
   * What came from a source that a header of the records names.
   *
   * @param name of the header
   * @param value its value, as UTF-8
   */
  record OfHeader(String name, String value) implements ForgetSource {
    /** Whether a record has it, once or among several of the name. */
    boolean isOn(Headers headers) {
      byte[] wanted = value.getBytes(StandardCharsets.UTF_8);
      for (Header header : headers.headers(name)) {
        if (Arrays.equals(wanted, header.value())) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * All of some models.
   *
   * @param key of the one model, or the beginning of the keys
   * @param isPrefix which of the two
   */
  record OfKeys(String key, boolean isPrefix) implements ForgetSource {
    boolean includes(String modelKey) {
      return isPrefix ? modelKey.startsWith(key) : modelKey.equals(key);
    }
  }
}
