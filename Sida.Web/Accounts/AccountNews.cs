namespace Sida.Web.Accounts;

/// <summary>Tells open pages that somebody's role or access has changed, so that they look again at once.</summary>
internal sealed class AccountNews
{
    /// <summary>Whose.</summary>
    public event Action<Guid>? Changed;

    public void Tell(Guid ownerId) => Changed?.Invoke(ownerId);
}
