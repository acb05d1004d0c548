namespace Sida.Web.Access;

/// <summary>What a person is here. Each role may do what those before it may, so roles are compared with <c>&gt;=</c>.</summary>
public enum SiteRole
{
    /// <summary>A browser without an account.</summary>
    Visitor,

    /// <summary>Has an account: keeps conversations over devices, may look on where it is invited.</summary>
    Viewer,

    /// <summary>Corrects verdicts, masks and explanations.</summary>
    Annotator,

    /// <summary>Accepts and returns corrections of others.</summary>
    Reviewer,

    /// <summary>Invites people and gives them roles.</summary>
    Administrator,
}
