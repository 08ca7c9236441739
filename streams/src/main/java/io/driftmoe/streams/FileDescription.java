// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.Map;

/**
 * What a data file holds and how it is read.
 *
 * @param file its path
 * @param rows that were read
 * @param facts how it is written, by subject, with whether that was given or guessed
 * @param columns in the order of the file
 * @param className the column of the class
 * @param classes rows of each class
 * @param order columns by which the rows are sorted, in words
 * @param warnings what is odd, with the option that settles it
 * @param faults why it cannot be read like this, with the options that settle it
 */
public record FileDescription(
    String file,
    long rows,
    Map<String, String> facts,
    List<ColumnDescription> columns,
    String className,
    Map<String, Long> classes,
    List<String> order,
    List<String> warnings,
    List<String> faults) {}
