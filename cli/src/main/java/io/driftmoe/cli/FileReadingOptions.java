// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.FileReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a data file is read, where that is not to be guessed. */
abstract class FileReadingOptions {
  @Option(
      names = "--ignore",
      paramLabel = "COLUMNS",
      converter = NameList.Converter.class,
      description = {
        "Columns to leave out, separated by commas; one whose name holds a comma in double quotes. "
            + "Here and below #3 is the third column."
      })
  private List<NameList> ignore = new ArrayList<>();

  @Option(
      names = "--header",
      paramLabel = "yes|no",
      converter = HeaderConverter.class,
      description = "CSV: whether the first row names the columns; default guessed.")
  private FileReading.Header header = FileReading.Header.GUESSED;

  @Option(
      names = "--separator",
      paramLabel = "CHAR",
      description = "CSV: what separates the columns: a character, tab or space; default guessed.")
  private @Nullable String separator;

  @Option(
      names = "--encoding",
      paramLabel = "CHARSET",
      description = "Such as ISO-8859-1 or windows-1252; default UTF-8, or the byte order mark's.")
  private @Nullable String encoding;

  @Option(
      names = "--decimal",
      paramLabel = "CHAR",
      description = "CSV: the decimal sign, . or ,; default guessed.")
  private @Nullable String decimal;

  @Option(
      names = "--thousands",
      paramLabel = "CHAR",
      description = "CSV: what stands between thousands, as in 1,234; default nothing.")
  private @Nullable String thousands;

  @Option(
      names = "--missing",
      paramLabel = "WORDS",
      converter = NameList.Converter.class,
      description = {
        "CSV: further words for a missing value in every column. An empty field and ? are always "
            + "missing, and among numbers NA, N/A, NaN, null, None and - are, too."
      })
  private List<NameList> missing = new ArrayList<>();

  @Option(
      names = "--numeric",
      paramLabel = "COLUMNS",
      converter = NameList.Converter.class,
      description = "CSV: columns of numbers; what is no number in them is missing.")
  private List<NameList> numeric = new ArrayList<>();

  @Option(
      names = "--nominal",
      paramLabel = "COLUMNS",
      converter = NameList.Converter.class,
      description = "CSV: columns of names, also where they look like numbers.")
  private List<NameList> nominal = new ArrayList<>();

  @Option(
      names = "--types",
      paramLabel = "FILE",
      description = "CSV: a YAML file of lines 'column: numeric', nominal or ignore.")
  private @Nullable Path types;

  private @Nullable TypesFile read;

  static final class HeaderConverter implements ITypeConverter<FileReading.Header> {
    @Override
    public FileReading.Header convert(String text) {
      return switch (text) {
        case "yes" -> FileReading.Header.YES;
        case "no" -> FileReading.Header.NO;
        default -> throw new TypeConversionException("'%s' is none of yes, no".formatted(text));
      };
    }
  }

  /** Columns to leave out. */
  final Set<String> ignore() {
    Set<String> ignored = new LinkedHashSet<>(NameList.all(ignore));
    ignored.addAll(types().ignore());
    return ignored;
  }

  /**
   * What is given.
   *
   * @throws UsageException when an option has a value that it may not have
   */
  final FileReading reading() {
    TypesFile given = types();
    try {
      return new FileReading(
          header,
          separator,
          encoding,
          decimal,
          thousands,
          NameList.all(missing),
          joined(NameList.all(numeric), given.numeric()),
          joined(NameList.all(nominal), given.nominal()));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage(), e);
    }
  }

  private TypesFile types() {
    TypesFile given = read;
    if (given == null) {
      given =
          types == null ? new TypesFile(List.of(), List.of(), List.of()) : TypesFile.read(types);
      read = given;
    }
    return given;
  }

  private static List<String> joined(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }
}
