using Microsoft.Extensions.Options;

namespace Sida.Web.Data;

/// <summary>The folders in which the server keeps things. Made readable for its own user only.</summary>
internal sealed class DataFolder
{
    /// <summary>What must stay free on the disk, in bytes.</summary>
    private const long Reserve = 1L << 30;

    public DataFolder(IOptions<StorageOptions> options)
    {
        Root = Path.GetFullPath(options.Value.Folder);
        Pictures = Make("pictures");
        Incoming = Make("incoming");
        Keys = Make("keys");
        Models = Make("models");
        Exchange = Make("exchange");
    }

    public string Root { get; }

    /// <summary>The content-addressed store.</summary>
    public string Pictures { get; }

    /// <summary>Uploads that are not complete yet.</summary>
    public string Incoming { get; }

    /// <summary>Keys that protect cookies and antiforgery tokens.</summary>
    public string Keys { get; }

    /// <summary>Model packages that the server made itself.</summary>
    public string Models { get; }

    /// <summary>Exports and imports of reviews that wait, run, or can be fetched.</summary>
    public string Exchange { get; }

    /// <summary>The embedded database.</summary>
    public string Database => Path.Combine(Root, "sida.db");

    /// <summary>Whether so little is free that the server should take nothing large any more.</summary>
    public bool IsNearlyFull => new DriveInfo(Root).AvailableFreeSpace < Reserve;

    private string Make(string name)
    {
        string folder = Path.Combine(Root, name);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }
}
