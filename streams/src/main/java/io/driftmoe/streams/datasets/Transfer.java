// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request for the bytes of a file that are not there yet (RFC 9110, 13.1.5 and 14): {@code
 * Range} asks for the rest and {@code If-Range} for all of it should the file have changed.
 */
final class Transfer {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+|\\*)");

  private final HttpClient client;
  private final FetchPolicy policy;
  private final FetchListener listener;
  private final URI source;
  private final @Nullable Long bytes;

  /**
   * @param bytes that the whole file must have; null when that is not known
   */
  Transfer(
      HttpClient client,
      FetchPolicy policy,
      FetchListener listener,
      URI source,
      @Nullable Long bytes) {
    this.client = client;
    this.policy = policy;
    this.listener = listener;
    this.source = source;
    this.bytes = bytes;
  }

  /**
   * Brings the part to the file's full length.
   *
   * @throws PermanentFailure when the server refuses, or has another file than the catalogue says
   * @throws IOException when it broke off; what came is kept, and another call may go on
   */
  void run(PartFile part) throws IOException, InterruptedException {
    HttpResponse<TimedBody> response =
        client.send(request(part), info -> new TimedBody(policy.idleTimeout()));
    try (TimedBody body = response.body()) {
      OptionalLong total = accept(part, response);
      if (total.isPresent() && part.size() == total.getAsLong()) {
        return;
      }
      OptionalLong shown =
          total.isPresent() || bytes == null ? total : OptionalLong.of(bytes.longValue());
      listener.started(part.size(), shown);
      for (List<ByteBuffer> pieces = body.next(); pieces != null; pieces = body.next()) {
        for (ByteBuffer piece : pieces) {
          part.append(piece);
        }
        listener.progressed(part.size());
      }
      if (total.isPresent() && part.size() < total.getAsLong()) {
        throw new IOException("%s of %s bytes came".formatted(part.size(), total.getAsLong()));
      }
    }
  }

  private HttpRequest request(PartFile part) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(source)
            .timeout(policy.idleTimeout())
            .header("User-Agent", "driftmoe")
            // the checksum is of the file as stored, not of an encoding of it for the way
            .header("Accept-Encoding", "identity");
    if (part.validator().isPresent()) {
      request.header("Range", "bytes=" + part.size() + "-");
      request.header("If-Range", part.validator().get());
    }
    return request.build();
  }

  /** Makes the part what the body goes on from, and says how long the whole file is. */
  private OptionalLong accept(PartFile part, HttpResponse<?> response) throws IOException {
    HttpHeaders headers = response.headers();
    int status = response.statusCode();
    switch (status) {
      case 200 -> {
        OptionalLong total = headers.firstValueAsLong("Content-Length");
        check(part, total);
        part.restart(validator(headers));
        return total;
      }
      case 206 -> {
        Matcher range = contentRange(headers);
        if (!range.matches()
            || range.group(1) == null
            || Long.parseLong(range.group(1)) != part.size()
            || part.validator().filter(version -> isOf(version, headers)).isEmpty()) {
          part.restart(null);
          throw new IOException("the server sent another part than asked for");
        }
        OptionalLong total = total(range);
        check(part, total);
        return total;
      }
      case 416 -> {
        Matcher range = contentRange(headers);
        OptionalLong total = range.matches() ? total(range) : OptionalLong.empty();
        if (total.isPresent() && total.getAsLong() == part.size()) {
          return total;
        }
        part.restart(null);
        throw new IOException("the file on the server has changed");
      }
      case 412 -> {
        part.restart(null);
        throw new IOException("the file on the server has changed");
      }
      default -> {
        String message = "%s answers with status %s".formatted(response.uri(), status);
        boolean passing = status == 408 || status == 425 || status == 429 || status >= 500;
        throw passing ? new IOException(message) : new PermanentFailure(message);
      }
    }
  }

  private void check(PartFile part, OptionalLong total) throws IOException {
    if (bytes != null && total.isPresent() && total.getAsLong() != bytes) {
      part.restart(null);
      throw new PermanentFailure(
          "%s: the server's file has %s bytes, expected are %s: it is another file"
              .formatted(source, total.getAsLong(), bytes));
    }
  }

  private static Matcher contentRange(HttpHeaders headers) {
    return CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
  }

  private static OptionalLong total(Matcher range) {
    return range.group(2).equals("*")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(range.group(2)));
  }

  /**
   * The answer to If-Range may leave the time of the last change out; another one is another file.
   */
  private static boolean isOf(String version, HttpHeaders headers) {
    String name = version.startsWith("\"") ? "ETag" : "Last-Modified";
    return headers.firstValue(name).orElse(version).equals(version);
  }

  /** A weak ETag may stay the same while bytes change, so that it is of no use here. */
  private static @Nullable String validator(HttpHeaders headers) {
    return headers
        .firstValue("ETag")
        .filter(tag -> !tag.startsWith("W/"))
        .or(() -> headers.firstValue("Last-Modified"))
        .orElse(null);
  }
}
