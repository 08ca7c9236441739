// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetFetcher;
import io.driftmoe.streams.datasets.DatasetFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code driftmoe data fetch}: downloads data sets and checks them before they get their name. */
@Command(
    name = "fetch",
    description = {
      "Downloads data sets and checks their SHA-256.",
      "A download that broke off goes on where it stopped; a file that is there is only checked."
    },
    mixinStandardHelpOptions = true)
final class DataFetchCommand implements Callable<Integer> {
  static final String ACCEPT = "--accept-unknown-checksum";

  @Spec private CommandSpec spec;
  @Mixin private DatasetOptions options;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      completionCandidates = DatasetOptions.Names.class,
      description = "Any of: ${COMPLETION-CANDIDATES}.")
  private List<String> names;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Another address of the one data set, such as a mirror; same checksum.")
  private @Nullable URI url;

  @Option(
      names = ACCEPT,
      description =
          "Trusts the first download of a data set of which nobody publishes a SHA-256, and records"
              + " that of what came beside the file.")
  private boolean acceptUnknown;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    List<DatasetFile> files = new ArrayList<>();
    for (String name : names) {
      files.add(accepted(options.file(source(DatasetOptions.named(name)))));
    }
    for (DatasetFile file : files) {
      String outcome = fetch(file);
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%s: %s: %s%n", file.dataset().name(), file.path(), outcome);
      out.flush();
    }
    return 0;
  }

  private DatasetFile accepted(DatasetFile file) throws CommandException {
    try {
      if (!acceptUnknown && file.expectedSha256().isEmpty()) {
        throw new UsageException(
            "nobody publishes a SHA-256 of %s: give %s to trust the first download"
                .formatted(file.dataset().name(), ACCEPT));
      }
      return file;
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private Dataset source(Dataset dataset) {
    if (url == null) {
      return dataset;
    }
    if (names.size() > 1) {
      throw new UsageException("--url is the address of one data set, got " + names.size());
    }
    try {
      return dataset.at(url);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage(), e);
    }
  }

  private String fetch(DatasetFile file) throws CommandException, InterruptedException {
    String name = file.dataset().name();
    try (FetchProgress progress =
        new FetchProgress(spec.commandLine().getErr(), System.console() != null, name)) {
      return words(new DatasetFetcher(progress).fetch(file, acceptUnknown), file);
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private static String words(DatasetFetcher.Outcome outcome, DatasetFile file) throws IOException {
    String sha256 = file.expectedSha256().orElseThrow();
    return switch (outcome) {
      case ALREADY_THERE -> "was there, SHA-256 verified";
      case VERIFIED -> "downloaded, SHA-256 verified";
      case RECORDED -> "recorded SHA-256 " + sha256 + ", which no publisher confirms";
    };
  }
}
