using Sida.Web.Access;

namespace Sida.Web.Components.Accounts;

/// <summary>How roles are told.</summary>
internal static class RoleLook
{
    /// <summary>The roles that an account can have.</summary>
    public static readonly IReadOnlyList<SiteRole> All = [SiteRole.Viewer, SiteRole.Annotator, SiteRole.Reviewer, SiteRole.Administrator];

    public static string Word(SiteRole role) => role switch
    {
        SiteRole.Viewer => "Viewer",
        SiteRole.Annotator => "Annotator",
        SiteRole.Reviewer => "Reviewer",
        SiteRole.Administrator => "Administrator",
        _ => "Visitor",
    };

    /// <summary>What somebody with the role is here for; what the role before may, they may too.</summary>
    public static string Meaning(SiteRole role) => role switch
    {
        SiteRole.Viewer => "asks about pictures and keeps conversations on every device",
        SiteRole.Annotator => "corrects verdicts, masks and explanations",
        SiteRole.Reviewer => "accepts and returns corrections, and runs projects",
        SiteRole.Administrator => "invites people and gives them roles",
        _ => "asks about pictures in this browser",
    };
}
