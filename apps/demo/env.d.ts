// Next's ambient types, so that the type check works on a fresh clone, before Next has generated its own file.

/// <reference types="next" />
/// <reference types="next/image-types/global" />
