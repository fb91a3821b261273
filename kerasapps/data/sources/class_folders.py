"""Folders that are classes, with or without folders of splits above them, for any kind of file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits, split_named
from kerasapps.data.sources.walk import files_below, list_children
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_SHOWN = 6  # names in a message
_MANIFEST = "bundle.json"
_MARK = Path("work", ".kerasapps")  # of a run that is under way, or was stopped
_DEPTH = 6  # folders within each other that may be wrapped around the data


@dataclass(frozen=True)
class ExampleFiles:
    """What the files in the folders of classes are.

    Attributes:
        noun: an example, in the singular.
        is_one: whether a file is an example.
    """

    noun: str
    is_one: Callable[[Path], bool]

    def among(self, files: Sequence[Path]) -> list[Path]:
        """Those of the files that are examples."""
        return [file for file in files if self.is_one(file)]

    def one_of(self, files: Sequence[Path]) -> bool:
        """Whether one of the files is an example."""
        return any(map(self.is_one, files))

    def directly_in(self, folder: Path) -> bool:
        """Whether an example lies in the folder itself."""
        return self.one_of(list_children(folder)[1])

    def below(self, folder: Path) -> bool:
        """Whether there is an example anywhere below the folder."""
        try:
            return any(map(self.is_one, files_below(folder)))
        except DataError:  # a folder that cannot be listed: reading it tells why
            return False


@dataclass(frozen=True)
class ClassFolder:
    """A folder whose examples are of one class: that of its name."""

    path: Path
    split: str | None


@dataclass(frozen=True)
class Layout:
    """Where the classes of a folder are.

    Attributes:
        classes: their folders.
        guesses: which names were taken for splits.
        warnings: what is left out.
    """

    classes: tuple[ClassFolder, ...]
    guesses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def find_classes(root: Path, folders: Sequence[Path], *, examples: ExampleFiles) -> Layout:
    """Tell folders of classes from those of splits.

    Args:
        root: the data's folder.
        folders: directly in it.
        examples: what the classes hold.

    Raises:
        DataError: if the folders are neither, or a folder cannot be listed.
    """
    if (root / _MANIFEST).is_file():
        raise DataError(f"{printable(root)} is a bundle that kerasapps made, and no data")
    runs = [folder for folder in folders if _holds_runs(folder, examples)]
    folders = [folder for folder in folders if folder not in runs]
    splits = split_folders(root, folders, examples=examples)
    classes, loose = [], []
    for folder, split in splits.items():
        holder = _holder(folder, split, examples)
        inner, files = list_children(holder)
        classes += [ClassFolder(each, split) for each in inner]
        loose += _left_out(holder, examples.among(files), examples, classes=bool(inner))
    if not splits:
        classes = [ClassFolder(folder, None) for folder in folders]
    filled = [each for each in classes if examples.below(each.path)]
    _refuse_wrapper(root, filled, examples)
    _refuse_splits_below(root, filled, examples)
    _refuse_same_folders(root, filled, examples)
    others = [folder for folder in folders if folder not in splits] if splits else []
    read = {folder.name: split for folder, split in splits.items() if list_children(folder)[0]}
    guesses = [describe_splits(printable(root), read)] if read else []
    beside = ignored(others, "folders beside those of the splits")
    made = ignored(runs, "folders of runs that kerasapps made")
    nested = [] if splits else _warn_nested(root, filled, examples)
    return Layout(tuple(classes), tuple(guesses), (*loose, *beside, *made, *nested))


def split_folders(
    root: Path, folders: Sequence[Path], *, examples: ExampleFiles
) -> dict[Path, str]:
    """Those of `folders` that are splits: named like one, and holding folders of classes.

    So "train" may also be a class, beside "car" and "plane".

    Args:
        root: for messages.
        folders: directly in `root`.
        examples: what the classes hold.

    Raises:
        DataError: if the names of splits are no clear ones, or two splits hold examples themselves.
    """
    named = name_splits([folder.name for folder in folders], where=printable(root))
    by_name = {folder.name: folder for folder in folders}
    splits = {by_name[name]: split for name, split in named.items()}
    filled = [folder for folder in splits if list_children(folder)[0]]
    if len(filled) == 1 and len(splits) == 1 and examples.directly_in(filled[0]):
        return {}  # one folder with examples of its own: a class
    if filled:
        return splits
    flat = [folder.name for folder in splits if examples.directly_in(folder)]
    if len({named[name] for name in flat}) > 1:
        raise DataError(
            f"{printable(root)} has {_listed(flat)}, which are names of splits, with "
            f"{examples.noun}s directly in them: put the {examples.noun}s of each class into a "
            f"folder of its name ({printable(flat[0])}/cat, {printable(flat[0])}/dog), or rename "
            "the folders if they are classes"
        )
    return {}


def _holder(folder: Path, split: str, examples: ExampleFiles) -> Path:
    """The folder that holds a split's classes: `seg_train/seg_train` where there is just that."""
    inner, files = list_children(folder)
    alike = [each for each in inner if split_named(each.name) == split]
    if len(inner) == len(alike) == 1 and not examples.one_of(files) and list_children(alike[0])[0]:
        return alike[0]
    return folder


def _left_out(
    folder: Path, files: Sequence[Path], examples: ExampleFiles, *, classes: bool
) -> list[str]:
    if files:
        where = "beside the class folders" if classes else "without a class folder"
        return [warn_loose(folder, files, noun=examples.noun, where=where)]
    return [] if classes else [f"{printable(folder)} holds no folders of {examples.noun}s"]


def warn_loose(folder: Path, files: Sequence[Path], *, noun: str, where: str) -> str:
    """The warning about examples that have no class.

    Args:
        folder: they lie in.
        files: the examples.
        noun: what they are, in the singular.
        where: they lie, as for the classes.
    """
    return (
        f"{len(files)} {noun}s lie in {printable(folder)} {where} and are ignored (the first: "
        f"{printable(files[0].name)})"
    )


def _holds_runs(folder: Path, examples: ExampleFiles, depth: int = _DEPTH) -> bool:
    """Whether what is below a folder was made by kerasapps: bundles, and runs under way."""
    places = (Path(_MANIFEST), Path("bundle", _MANIFEST), _MARK)
    if any((folder / place).is_file() for place in places):
        return True
    try:
        folders, files = list_children(folder)
    except DataError:  # reading it tells why
        return False
    if not depth or not folders or examples.one_of(files):
        return False
    runs = [inner for inner in folders if _holds_runs(inner, examples, depth - 1)]
    others = (inner for inner in folders if inner not in runs)
    return bool(runs) and not any(map(examples.below, others))


def _warn_nested(
    root: Path, classes: Sequence[ClassFolder], examples: ExampleFiles
) -> Sequence[str]:
    """A warning about classes that hold no examples but several folders of them."""
    nested = {}
    for each in classes:
        folders, files = list_children(each.path)
        if examples.one_of(files):
            continue
        filled = [inner.name for inner in folders if examples.below(inner)]
        if len(filled) > 1:
            nested[each.path] = filled
    if not nested:
        return ()
    first, inner = next(iter(nested.items()))
    names = _listed([path.name for path in nested])
    such = "" if len(nested) == 1 else "one of them, such as "
    return (
        f"{names} in {printable(root)} would be classes, but hold folders instead of "
        f"{examples.noun}s ({_listed(inner)} in {printable(first.name)}). If these folders are the "
        f"classes, did you mean {such}{printable(first)}?",
    )


def _refuse_wrapper(root: Path, classes: Sequence[ClassFolder], examples: ExampleFiles) -> None:
    """Refuse a single class that holds folders instead of examples: it is a wrapper of them."""
    if len({each.path.name for each in classes}) != 1:
        return
    wrapper = classes[0].path
    below = _unwrap(wrapper, examples)
    if below is None:
        return
    inner = _listed([folder.name for folder in list_children(below)[0]])
    if classes[0].split is None:
        raise DataError(
            f"{printable(root)} holds one folder, {printable(wrapper.name)}, and {inner} lie in "
            f"{printable(below)}: was that folder meant? Give it instead"
        )
    raise DataError(
        f"{printable(wrapper.parent)} holds one folder, {printable(wrapper.name)}, instead of a "
        f"folder per class: are the classes {inner} in {printable(below)}? Put them directly into "
        f"{printable(wrapper.parent)}, and likewise for each split"
    )


def _unwrap(folder: Path, examples: ExampleFiles) -> Path | None:
    """The first folder from here down that holds several folders, or those of a split.

    None if examples come first.
    """
    for _ in range(_DEPTH):
        folders, files = list_children(folder)
        filled = [inner for inner in folders if not inner.is_symlink() and examples.below(inner)]
        if examples.one_of(files) or not filled:
            return None
        split = split_named(filled[0].name) is not None and list_children(filled[0])[0]
        if len(filled) > 1 or split:
            return folder
        (folder,) = filled
    return None


def _refuse_splits_below(
    root: Path, classes: Sequence[ClassFolder], examples: ExampleFiles
) -> None:
    """Refuse a class that holds the folders of several splits: they would be mixed."""
    for each in classes:
        inner = [folder for folder in list_children(each.path)[0] if split_named(folder.name)]
        named = {split_named(folder.name) for folder in inner if examples.below(folder)}
        if len(named) > 1:
            name, names = printable(each.path.name), [folder.name for folder in inner]
            raise DataError(
                f"{name} in {printable(root)} would be a class, but holds folders of splits, "
                f"{_listed(names)}: the splits come first and the classes below them "
                f"({printable(names[0])}/{name} instead of {name}/{printable(names[0])})"
            )


def _refuse_same_folders(
    root: Path, classes: Sequence[ClassFolder], examples: ExampleFiles
) -> None:
    """Refuse classes that all hold the same folders: those below are the classes, or splits."""
    children = [list_children(each.path) for each in classes]
    if len(classes) < 2 or any(examples.one_of(files) for _, files in children):
        return
    names = [{folder.name.lower() for folder in folders} for folders, _ in children]
    shared = set.intersection(*names)
    if len(shared) < 2 or 2 * len(shared) < len(set.union(*names)):
        return
    above = list(dict.fromkeys(each.path.name for each in classes))
    inner = [folder.name for folder in children[0][0] if folder.name.lower() in shared]
    example = classes[0].path
    raise DataError(
        f"{_listed(above)} in {printable(classes[0].path.parent)} would be the classes, but all "
        f"hold the same folders, {_listed(inner)}: {_listed(inner)} look like the classes; give "
        f"one of the folders above them ({printable(example)}), call these train, validation and "
        f"test if they are splits, or put the {examples.noun}s of each class directly into its "
        "folder"
    )


def _listed(names: Sequence[str]) -> str:
    return shortened([*map(printable, names)], _SHOWN, more=", {} more")
