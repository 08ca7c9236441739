// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/**
 * Downloads data sets. A file gets its name only after its checksum was found right, so that
 * whatever bears the name can be used. A download that broke off goes on where it stopped, in this
 * process or in another, when the server still has the same file.
 */
public final class DatasetFetcher {
  private final FetchPolicy policy;
  private final FetchListener listener;
  private final HttpClient client;

  /** What a fetch came to. */
  public enum Outcome {
    /** It was there, with the right checksum; nothing was downloaded. */
    ALREADY_THERE,
    /** It was downloaded and its checksum is the published or recorded one. */
    VERIFIED,
    /** No checksum is known; that of what is there was recorded and holds from now on. */
    RECORDED
  }

  /** Fetches with the usual patience: 5 attempts, 30 seconds without a byte. */
  public DatasetFetcher(FetchListener listener) {
    this(FetchPolicy.DEFAULT, listener);
  }

  DatasetFetcher(FetchPolicy policy, FetchListener listener) {
    this.policy = policy;
    this.listener = listener;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(policy.connectTimeout())
            .build();
  }

  /**
   * Brings the file into its folder, which is made when it is not there.
   *
   * @param acceptUnknownChecksum whether to trust what comes when no checksum is known
   * @throws IllegalArgumentException when no checksum is known and none is to be trusted
   * @throws IOException when it cannot be had, in one line; a file with a wrong checksum is removed
   *     when it was downloaded, and left alone when it was there before
   */
  public Outcome fetch(DatasetFile file, boolean acceptUnknownChecksum)
      throws IOException, InterruptedException {
    Optional<String> expected = file.expectedSha256();
    if (expected.isEmpty() && !acceptUnknownChecksum) {
      throw new IllegalArgumentException("nobody publishes a SHA-256 of " + file.dataset().name());
    }
    if (file.isPresent()) {
      return keep(file, expected);
    }
    Files.createDirectories(file.path().toAbsolutePath().getParent());
    try (PartFile part = PartFile.open(file.path(), file.dataset().url())) {
      download(file, part);
      return finish(file, part, expected);
    }
  }

  private Outcome keep(DatasetFile file, Optional<String> expected) throws IOException {
    listener.verifying();
    String actual = file.actualSha256();
    if (expected.isEmpty()) {
      file.record(actual);
      return Outcome.RECORDED;
    }
    if (!actual.equals(expected.get())) {
      throw new IOException(
          "%s is there with SHA-256 %s, expected is %s: remove it to fetch it anew"
              .formatted(file.path(), actual, expected.get()));
    }
    return Outcome.ALREADY_THERE;
  }

  private void download(DatasetFile file, PartFile part) throws IOException, InterruptedException {
    Dataset dataset = file.dataset();
    Transfer transfer = new Transfer(client, policy, listener, dataset.url(), dataset.bytes());
    boolean reached = false;
    long furthest = part.size();
    for (int failures = 0; ; ) {
      try {
        transfer.run(part);
        return;
      } catch (PermanentFailure e) {
        throw e;
      } catch (ConnectException | HttpConnectTimeoutException | SSLHandshakeException e) {
        // Offline is no passing fault, unless there was a connection a moment ago.
        if (!reached || ++failures >= policy.attempts()) {
          throw new IOException(unreachable(file, e), e);
        }
        pause(e, failures);
      } catch (IOException e) {
        reached = true;
        failures = part.size() > furthest ? 1 : failures + 1;
        furthest = Math.max(furthest, part.size());
        if (failures >= policy.attempts()) {
          String kept = part.validator().isPresent() ? "; fetch again to go on from there" : "";
          throw new IOException(
              "%s: gave up after %s attempts and %s bytes: %s%s"
                  .formatted(dataset.url(), failures, part.size(), reason(e), kept),
              e);
        }
        pause(e, failures);
      }
    }
  }

  private void pause(IOException e, int failures) throws InterruptedException {
    Duration wait = policy.waitAfter(failures);
    listener.retrying(reason(e), wait);
    Thread.sleep(wait.toMillis());
  }

  private Outcome finish(DatasetFile file, PartFile part, Optional<String> expected)
      throws IOException {
    Dataset dataset = file.dataset();
    listener.verifying();
    if (dataset.bytes() != null && part.size() != dataset.bytes()) {
      long size = part.size();
      part.discard();
      throw new IOException(
          "%s: %s bytes came, expected are %s; they were removed"
              .formatted(dataset.url(), size, dataset.bytes()));
    }
    String actual = Sha256.of(part.path());
    if (expected.isPresent() && !actual.equals(expected.get())) {
      part.discard();
      throw new IOException(
          "%s: what came has SHA-256 %s, expected is %s; it was removed"
              .formatted(dataset.url(), actual, expected.get()));
    }
    if (expected.isEmpty()) {
      file.record(actual);
    }
    part.complete();
    return expected.isEmpty() ? Outcome.RECORDED : Outcome.VERIFIED;
  }

  private static String unreachable(DatasetFile file, IOException e) {
    Dataset dataset = file.dataset();
    String check = dataset.sha256() == null ? "" : ", SHA-256 " + dataset.sha256();
    return "%s cannot be reached (%s); without network put the file at %s by hand (from %s%s)"
        .formatted(dataset.url().getAuthority(), reason(e), file.path(), dataset.url(), check);
  }

  /** The client says nothing of an unknown host but the type of the innermost cause. */
  private static String reason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "unknown host";
      }
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
