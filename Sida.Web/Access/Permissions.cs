namespace Sida.Web.Access;

/// <summary>What a caller may do with what is its own. A browser may do everything; an API key what it was made for.</summary>
[Flags]
public enum Permissions
{
    None = 0,

    /// <summary>See conversations, analyses, pictures and masks.</summary>
    Read = 1,

    /// <summary>Upload pictures, ask, stop.</summary>
    Analyze = 2,

    /// <summary>Rename, delete, share, export, rate.</summary>
    Manage = 4,

    /// <summary>Make and revoke API keys; never given to a key.</summary>
    Keys = 8,

    /// <summary>See and work on review items, as far as the role and the project allow.</summary>
    Review = 16,

    All = Read | Analyze | Manage | Keys | Review,
}
