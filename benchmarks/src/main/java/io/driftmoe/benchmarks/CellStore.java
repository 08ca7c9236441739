// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The finished cells of a folder, one JSON file each. A file is there whole or not at all, and its
 * name depends on everything in the cell, so that another cell is another file. What a preset
 * stands for may change with the program: a result counts only if its learner's whole configuration
 * is still the same.
 */
final class CellStore {
  private static final int KEY_DIGITS = 16;

  private final Path folder;

  /**
   * @param folder is made when it is not there
   */
  CellStore(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** The result of a cell that has run before, also when it failed. */
  Optional<CellResult> load(Cell cell) throws IOException {
    Path file = file(cell);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    CellResult result;
    try {
      result = Json.read(Files.readString(file), CellResult.class);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // written by another version of this program
    }
    return Optional.of(result).filter(found -> isOf(cell, found));
  }

  private static boolean isOf(Cell cell, CellResult found) {
    String configuration = cell.learner().configuration(cell.seed());
    return found.cell().equals(cell) && found.provenance().configuration().equals(configuration);
  }

  /** Keeps a result, in place of an earlier one of the same cell. */
  void save(CellResult result) throws IOException {
    Path file = file(result.cell());
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, Json.write(result));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path file(Cell cell) {
    String readable =
        "%s-%s-%s".formatted(cell.stream().name(), cell.learner().name(), cell.seed());
    return folder.resolve(
        "%s-%s.json"
            .formatted(
                readable.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.-]+", "_"), key(cell)));
  }

  private static String key(Cell cell) {
    byte[] json = Json.write(cell).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(StreamDigest.sha256().digest(json)).substring(0, KEY_DIGITS);
  }
}
