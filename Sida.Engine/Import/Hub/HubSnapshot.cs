namespace Sida.Engine.Import.Hub;

/// <summary>A file of a model as the hub lists it.</summary>
/// <param name="Path">Its path in the repository, with slashes.</param>
/// <param name="ByteCount">Its size.</param>
/// <param name="Hash">What its content must have.</param>
internal sealed record HubFile(string Path, long ByteCount, HubHash Hash);

/// <summary>A content hash of the hub, lower-case hexadecimal.</summary>
/// <param name="IsSha256">True for the SHA-256 of the content (large files); false for git's SHA-1 of the blob (small ones).</param>
/// <param name="Hex">64 or 40 digits.</param>
internal sealed record HubHash(bool IsSha256, string Hex);

/// <summary>One commit of a model.</summary>
/// <param name="Id">What was asked for.</param>
/// <param name="Commit">The commit that the revision named at that time, 40 hexadecimal digits.</param>
/// <param name="License">The licence that the model card states, or null.</param>
/// <param name="Files">All files of the repository, or those selected.</param>
internal sealed record HubSnapshot(HubModelId Id, string Commit, string? License, IReadOnlyList<HubFile> Files);

/// <summary>A model on disk.</summary>
/// <param name="Snapshot">What it is, with the files that were selected.</param>
/// <param name="Folder">Where they are.</param>
internal sealed record HubDownload(HubSnapshot Snapshot, string Folder);
