// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The mixture as a classifier of MOA. The package is one of MOA's, because its graphical interface
 * looks for classes below {@code moa}, and its command line below {@code moa.classifiers}.
 */
@NullMarked
package moa.classifiers.driftmoe;

import org.jspecify.annotations.NullMarked;
